/** The settings of contract section 2: defaults, every bad value, all bad ones at once. */
import { describe, expect, test } from 'vitest'
import { parseEnv } from './env.ts'

function settings(env: Record<string, string>) {
  const parsed = parseEnv(env)
  if (!parsed.ok) throw new Error(parsed.problems.join('\n'))
  return parsed.settings
}

function problems(env: Record<string, string>): string[] {
  const parsed = parseEnv(env)
  return parsed.ok ? [] : parsed.problems
}

describe('settings', () => {
  test('unset, are those of the contract', () => {
    expect(settings({})).toEqual({
      host: '127.0.0.1',
      port: 3001,
      webPort: 3000,
      allowedOrigins: null,
      allowNoOrigin: true,
      trustProxy: [],
      forwardSecret: null,
      dataDir: './data',
      redis: null,
      authSecret: null,
      auth: { mode: 'guest' },
      serviceTokens: [],
      agentName: 'agent_websocket',
      systemPrompt: 'You are Agent WebSocket, an AI assistant communicating via WebSocket.',
      models: ['openai/gpt-4-turbo'],
      defaultModel: 'openai/gpt-4-turbo',
      model: {
        simulated: true,
        baseUrl: 'https://openrouter.ai/api/v1',
        firstTokenTimeoutMs: 60_000,
        idleTimeoutMs: 30_000,
      },
      temperature: 0.7,
      maxTokens: 1500,
      maxHistory: 50,
      maxQueued: 20,
      maxActiveTurns: 256,
      crashPolicy: 'restart',
      sessionTimeoutMinutes: 30,
      retentionDays: 30,
      budget: { tokensPerDay: null, costPerDayUsd: null },
      limits: {
        maxConnections: 10_000,
        maxConnectionsPerUser: 20,
        maxConnectionsPerAddress: 100,
        maxSubscriptionsPerConnection: 50,
        queriesPerMinute: 30,
        queriesPerMinutePerAddress: 300,
        messagesPerSecond: 50,
        notificationsPerMinute: 600,
        maxMessageBytes: 65_536,
      },
      drainTimeoutMs: 5000,
      logLevel: 'info',
      traces: null,
    })
  })

  test('an empty value is an unset one', () => {
    expect(settings({ MODEL: '', AGENT_PORT: ' ', REDIS_URL: '' })).toEqual(settings({}))
  })

  test('fractions, where they make sense', () => {
    const set = settings({
      SESSION_TIMEOUT: '0.05',
      TEMPERATURE: '0',
      UPSTREAM_IDLE_TIMEOUT: '0.25',
      DRAIN_TIMEOUT: '0.5',
    })
    expect(set.sessionTimeoutMinutes).toBe(0.05)
    expect(set.temperature).toBe(0)
    expect(set.model.idleTimeoutMs).toBe(250)
    expect(set.drainTimeoutMs).toBe(500)
  })

  test('port 0 is any free one', () => {
    expect(settings({ AGENT_PORT: '0', PORT: '0' })).toMatchObject({ port: 0, webPort: 0 })
  })

  test.each([
    [{}, true],
    [{ OPENROUTER_API_KEY: 'sk-x' }, false],
    [{ OPENROUTER_BASE_URL: 'http://127.0.0.1:9/v1/' }, false],
  ])('with %j, answers are simulated: %s', (env, simulated) => {
    expect(settings(env).model.simulated).toBe(simulated)
  })

  test.each([
    [{ MODEL: 'a' }, ['a'], 'a'],
    [{ MODELS: 'a, b,c' }, ['a', 'b', 'c'], 'a'],
    [{ MODELS: 'a,b,c', MODEL: 'b' }, ['a', 'b', 'c'], 'b'],
  ])('with %j, the models are %j, and the chosen one is %s', (env, models, defaultModel) => {
    expect(settings(env)).toMatchObject({ models, defaultModel })
  })

  test.each([
    ['AGENT_PORT', 'x'],
    ['AGENT_PORT', '65536'],
    ['AGENT_PORT', '-1'],
    ['AGENT_PORT', '3001.5'],
    ['AGENT_PORT', '0x10'],
    ['MAX_HISTORY', '0'],
    ['MAX_TOKENS', '1e3'],
    ['TEMPERATURE', '2.1'],
    ['TEMPERATURE', 'warm'],
    ['SESSION_TIMEOUT', '0'],
    ['SESSION_TIMEOUT', 'Infinity'],
    ['CRASH_POLICY', 'ignore'],
    ['AUTH_MODE', 'none'],
    ['AUTH_MODE', 'jwt'],
    ['AUTH_SECRET', 'too short'],
    ['AUTH_JWKS_URL', 'https://id.example.org/jwks'],
    ['AUTH_ISSUER', 'x'],
    ['AUTH_AUDIENCE', 'x'],
    ['SERVICE_TOKENS', 'x'],
    ['ALLOWED_ORIGINS', '*'],
    ['ALLOWED_ORIGINS', 'https://a.example/'],
    ['ALLOWED_ORIGINS', 'https://a.example,,https://b.example'],
    ['ALLOWED_ORIGINS', 'null'],
    ['ALLOW_NO_ORIGIN', 'yes'],
    ['MAX_CONNECTIONS', 'many'],
    ['MAX_MESSAGE_BYTES', '10'],
    ['TRUST_PROXY', 'proxy.example'],
    ['TRUST_PROXY', '10.0.0.0/33'],
    ['LOG_LEVEL', 'loud'],
    ['OPENROUTER_BASE_URL', 'openrouter.ai'],
    ['OPENROUTER_API_KEY', 'two words'],
    ['PUBLIC_AGENT_URL', 'ftp://x'],
    ['MODEL', 'not-offered'],
  ])('%s=%s is refused by name', (name, value) => {
    const models = { MODELS: 'a,b' }
    const found = problems(name === 'MODEL' ? { ...models, [name]: value } : { [name]: value })
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(new RegExp(`^${name}: `))
  })

  test('REDIS_URL: a shared store, which needs a shared secret', () => {
    const shared = { REDIS_URL: 'redis://127.0.0.1:1/2', AUTH_SECRET: 's'.repeat(32) }
    expect(settings(shared).redis).toMatchObject({ place: { kind: 'single', db: 2 } })
    expect(problems({ REDIS_URL: 'redis://127.0.0.1' })).toEqual([
      'AUTH_SECRET: must be set with REDIS_URL, the same for all servers',
    ])
    const bad = problems({ ...shared, REDIS_URL: 'http://:hunter2@127.0.0.1' })
    expect(bad).toEqual([expect.stringMatching(/^REDIS_URL: must be redis:/)])
    expect(bad.join()).not.toContain('hunter2')
  })

  describe('who may come in', () => {
    const secret = 's'.repeat(32)
    const provider = { AUTH_ISSUER: 'https://id.example', AUTH_AUDIENCE: 'agent, other' }

    test('tokens of a provider: by its keys, or by a secret; beside keys the secret is our own', () => {
      const url = 'https://id.example/keys'
      expect(settings({ AUTH_MODE: 'jwt', AUTH_JWKS_URL: url, ...provider })).toMatchObject({
        allowNoOrigin: 'with-token',
        auth: {
          mode: 'jwt',
          provider: {
            keys: { kind: 'jwks', url },
            issuer: 'https://id.example',
            audiences: ['agent', 'other'],
          },
        },
      })
      const both = settings({ AUTH_MODE: 'jwt', AUTH_JWKS_URL: url, AUTH_SECRET: secret })
      expect(both).toMatchObject({
        authSecret: secret,
        auth: { provider: { keys: { kind: 'jwks', url } } },
      })
      expect(settings({ AUTH_MODE: 'jwt', AUTH_SECRET: secret }).auth).toEqual({
        mode: 'jwt',
        provider: { keys: { kind: 'secret', secret }, issuer: null, audiences: [] },
      })
    })

    test.each([
      [{ ALLOW_NO_ORIGIN: 'true' }, true],
      [{ ALLOW_NO_ORIGIN: 'false' }, false],
      [{}, 'with-token'],
    ])('with a provider and %j, without an Origin come in: %s', (env, expected) => {
      const set = settings({ AUTH_MODE: 'jwt', AUTH_SECRET: secret, ...env })
      expect(set.allowNoOrigin).toBe(expected)
    })

    test('service tokens are taken apart; a short one, or the secret itself, is refused unsaid', () => {
      const [one, two] = ['a'.repeat(32), 'b'.repeat(40)]
      expect(settings({ SERVICE_TOKENS: `${one}, ${two}` }).serviceTokens).toEqual([one, two])
      for (const bad of [`${one},short`, `${one},`, 'x'.repeat(31), `${'x '.repeat(20)}`]) {
        const found = problems({ SERVICE_TOKENS: bad })
        expect(found).toEqual([expect.stringMatching(/^SERVICE_TOKENS: must be/)])
        expect(found.join()).not.toMatch(/aaaa|xxxx|short/)
      }
      expect(problems({ SERVICE_TOKENS: `${one},${secret}`, AUTH_SECRET: secret })).toEqual([
        'SERVICE_TOKENS: must differ from AUTH_SECRET',
      ])
    })

    test('what is set and would not count is refused, for who sets it relies on it', () => {
      for (const [name, value] of Object.entries({
        ...provider,
        AUTH_TOKEN_COOKIE: 'c',
        AUTH_TOKEN_HEADER: 'h',
        AUTH_SIGN_IN_URL: '/login',
      })) {
        expect(problems({ [name]: value })).toEqual([
          expect.stringMatching(`^${name}: counts with`),
        ])
      }
    })

    test.each([
      ['AUTH_TOKEN_COOKIE', 'a b'],
      ['AUTH_TOKEN_HEADER', 'x:y'],
      ['AUTH_SIGN_IN_URL', '//elsewhere.example'],
      ['AUTH_SIGN_IN_URL', 'javascript:alert(1)'],
    ])('%s=%s is refused', (name, value) => {
      const found = problems({ AUTH_MODE: 'jwt', AUTH_SECRET: secret, [name]: value })
      expect(found).toEqual([expect.stringMatching(`^${name}: `)])
    })

    test('what works and may not be meant is warned about', () => {
      const warnings = (env: Record<string, string>) => {
        const parsed = parseEnv({ AUTH_MODE: 'jwt', ...env })
        return parsed.ok ? parsed.warnings.map((line) => line.split(' ')[0]) : parsed.problems
      }
      expect(warnings({ AUTH_SECRET: secret })).toEqual(['AUTH_ISSUER', 'AUTH_AUDIENCE'])
      expect(warnings({ AUTH_JWKS_URL: 'http://id.example/', ...provider })).toEqual([
        'AUTH_JWKS_URL',
      ])
      expect(warnings({ AUTH_JWKS_URL: 'http://127.0.0.1:1/', ...provider })).toEqual([])
      const guest = parseEnv({})
      expect(guest.ok && guest.warnings).toEqual([])
    })
  })

  test('all bad ones are said at once, and no secret is said back', () => {
    const found = problems({
      PORT: 'x',
      CRASH_POLICY: 'y',
      MODEL: 'z',
      MODELS: 'a',
      AUTH_SECRET: 'hush hush',
      OPENROUTER_API_KEY: 'sk or hush',
    })
    expect(found).toHaveLength(5)
    expect(found.join()).not.toContain('hush')
  })
})
