/**
 * Idle: connections that do nothing, each somebody's own, with one session and one live subscription. What
 * one of them takes of the subject's memory.
 */
import { maxOpenFiles, settledMemory } from '../proc.ts'
import { onStage } from '../stage.ts'
import { peers } from '../subjects.ts'
import type { Scenario } from './scenario.ts'

const settleMs = 30_000
/** Files that a process has open besides. */
const spareFiles = 200

export function idle(name: string, size: { connections: number }): Scenario {
  const { connections } = size
  return {
    name,
    subjects: peers,
    title: `${connections} idle connections, each with a session and a live subscription`,
    async run(subject, backstage) {
      const room = await maxOpenFiles()
      if (connections + spareFiles > room) {
        throw new Error(`${connections} connections need a higher limit of open files than ${room}`)
      }
      // The pace and the answers do not matter: nobody asks.
      const plan = { readers: 1, pausedReaders: 0, tokens: 1, tokenChars: 10, answers: 1 }
      const crowd = { ...plan, sessions: connections }
      return onStage(backstage, { subject, rate: 'flood', crowd }, async (stage) => {
        const { pid } = stage.subject
        const before = await settledMemory(pid, settleMs)
        await stage.connect()
        const after = await settledMemory(pid, settleMs)
        return { bytesPerConnection: (after - before) / connections }
      })
    },
  }
}
