/** When an agent server has nothing to answer. Used by `server.ts`, between two tests. */
import { setTimeout as pause } from 'node:timers/promises'

const betweenLooksMs = 10
/** An answer that a plan has stalled does not end by itself. */
const longestMs = 5_000

/**
 * Resolves when no turn runs and none waits, as the server's own figures say it twice in a row: one may end and
 * the next begin between two looks. Gives up after 5 s.
 */
export async function untilIdle(port: number): Promise<void> {
  const dueAt = Date.now() + longestMs
  for (let idleLooks = 0; idleLooks < 2 && Date.now() < dueAt; ) {
    const response = await fetch(`http://127.0.0.1:${port}/metrics`)
    const figures = await response.text()
    const isBusy = /^agent_server_(?:active|waiting)_turns [1-9]/m.test(figures)
    idleLooks = isBusy ? 0 : idleLooks + 1
    if (idleLooks < 2) await pause(betweenLooksMs)
  }
}
