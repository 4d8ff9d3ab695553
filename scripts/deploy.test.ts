/** The Kubernetes example: its parts have to fit each other. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { z } from 'zod'
import { root } from './child.ts'

const read = (file: string) => readFileSync(join(root, file), 'utf8')

const named = z.looseObject({ name: z.string() })
const ref = z.looseObject({ configMapRef: named.optional(), secretRef: named.optional() })
const probe = z.looseObject({ httpGet: z.looseObject({ path: z.string(), port: z.string() }) })
const container = z.looseObject({
  image: z.string(),
  envFrom: z.array(ref).default([]),
  ports: z.array(z.looseObject({ name: z.string(), containerPort: z.number() })),
  startupProbe: probe.optional(),
  readinessProbe: probe,
  livenessProbe: probe.optional(),
  lifecycle: z
    .looseObject({ preStop: z.looseObject({ exec: z.object({ command: z.array(z.string()) }) }) })
    .optional(),
  volumeMounts: z.array(named).default([]),
})
const metadata = z.looseObject({ name: z.string() })
const labels = z.record(z.string(), z.string())
const pod = z.looseObject({
  enableServiceLinks: z.boolean().default(true),
  terminationGracePeriodSeconds: z.number().default(30),
  containers: z.tuple([container]),
  volumes: z.array(named).default([]),
})
const deployment = z.looseObject({
  metadata,
  spec: z.looseObject({
    selector: z.object({ matchLabels: labels }),
    template: z.looseObject({ metadata: z.looseObject({ labels }), spec: pod }),
  }),
})
const service = z.looseObject({
  metadata,
  spec: z.looseObject({
    selector: labels,
    ports: z.array(z.object({ name: z.string(), port: z.number(), targetPort: z.string() })),
  }),
})
const config = z.looseObject({ metadata, data: z.record(z.string(), z.string()) })
const budget = z.looseObject({
  spec: z.looseObject({ selector: z.object({ matchLabels: labels }) }),
})
const scaler = z.looseObject({ spec: z.looseObject({ scaleTargetRef: named }) })
const backend = z.object({
  service: z.object({ name: z.string(), port: z.object({ name: z.string() }) }),
})
const ingress = z.looseObject({
  spec: z.looseObject({
    rules: z.array(
      z.looseObject({
        http: z.object({ paths: z.array(z.looseObject({ path: z.string(), backend })) }),
      }),
    ),
  }),
})

describe('D9: Kubernetes', () => {
  const objects = parseAllDocuments(read('deploy/kubernetes.yaml')).map((document) => {
    expect(document.errors).toEqual([])
    return z.looseObject({ kind: z.string() }).parse(document.toJS())
  })
  const all = <T>(kind: string, shape: z.ZodType<T>) =>
    objects.filter((it) => it.kind === kind).map((it) => shape.parse(it))
  const deployments = all('Deployment', deployment)
  const services = all('Service', service)
  const configs = all('ConfigMap', config)

  test('a selector finds the pods that it is for, and a port the one that it names', () => {
    expect(deployments.map((it) => it.metadata.name)).toEqual(['agent', 'web'])
    for (const { spec } of deployments) {
      expect(spec.template.metadata.labels).toMatchObject(spec.selector.matchLabels)
    }
    expect(services.map((it) => it.metadata.name)).toEqual(['agent', 'web'])
    for (const { metadata, spec } of services) {
      const found = podsWith(spec.selector)
      expect(found.map((it) => it.metadata.name)).toEqual([metadata.name])
      const [{ ports }] = found[0]?.spec.template.spec.containers ?? [{ ports: [] }]
      for (const port of spec.ports) {
        expect(ports).toContainEqual({ name: port.targetPort, containerPort: port.port })
      }
    }
    for (const { spec } of all('PodDisruptionBudget', budget)) {
      expect(podsWith(spec.selector.matchLabels)).toHaveLength(1)
    }
    for (const { spec } of all('HorizontalPodAutoscaler', scaler)) {
      expect(deployments.map((it) => it.metadata.name)).toContain(spec.scaleTargetRef.name)
    }
  })

  const podsWith = (wanted: Readonly<Record<string, string>>) =>
    deployments.filter(({ spec }) =>
      Object.entries(wanted).every(([key, it]) => spec.template.metadata.labels[key] === it),
    )

  test('the ingress leads to services that there are, as the proxies do', () => {
    const paths = all('Ingress', ingress).flatMap(({ spec }) =>
      spec.rules.flatMap(({ http }) => http.paths),
    )
    for (const { backend } of paths) {
      const target = services.find((it) => it.metadata.name === backend.service.name)
      expect(target?.spec.ports.map(({ name }) => name)).toContain(backend.service.port.name)
    }
    const led = paths.map(({ path, backend }) => `${path} ${backend.service.name}`)
    expect(led).toEqual(['/trpc agent', '/ws agent', '/ web'])
  })

  test('settings, volumes and ports of probes are there', () => {
    const names = configs.map((it) => it.metadata.name)
    for (const { spec } of deployments) {
      const { containers, volumes } = spec.template.spec
      const [one] = containers
      for (const { configMapRef } of one.envFrom)
        if (configMapRef) expect(names).toContain(configMapRef.name)
      expect(volumes.map(({ name }) => name)).toEqual(one.volumeMounts.map(({ name }) => name))
      const probes = [one.startupProbe, one.readinessProbe, one.livenessProbe].filter(
        (it) => it !== undefined,
      )
      for (const { httpGet } of probes)
        expect(one.ports.map(({ name }) => name)).toContain(httpGet.port)
    }
    const agent = deployments[0]?.spec.template.spec.containers[0]
    expect(agent?.readinessProbe.httpGet.path).toBe('/readyz')
    // A store that is away is no reason to start all servers anew.
    expect(agent?.livenessProbe?.httpGet.path).toBe('/healthz')
  })

  test('no pod gets settings by the name of a Service: of `agent` that would be AGENT_PORT=tcp://…', () => {
    for (const { spec } of deployments) expect(spec.template.spec.enableServiceLinks).toBe(false)
  })

  test('a stop has the time that it takes', () => {
    const spec = deployments[0]?.spec.template.spec
    const pause = Number(spec?.containers[0].lifecycle?.preStop.exec.command.at(-1))
    const drain = Number(configs[0]?.data.DRAIN_TIMEOUT)
    expect(spec?.terminationGracePeriodSeconds).toBeGreaterThan(pause + drain + 5)
  })
})
