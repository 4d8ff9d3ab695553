// Loaded first in each process that the launcher starts (`node --import`). The launcher holds the other
// end of its standard input: the end of it means that the launcher is gone, even by `kill -9`, and then
// this process ends too.
import { fstatSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'

const end = () => {
  process.kill(process.pid, 'SIGTERM')
  // Under `node --watch` the watcher would start us again: it ends with us.
  if (process.env.WATCH_REPORT_DEPENDENCIES) process.kill(process.ppid, 'SIGTERM')
  setTimeout(() => process.exit(1), 10_000).unref()
}

// Workers and forks of this process inherit the `--import`, but not always the pipe.
if (isMainThread) {
  const stdin = fstatSync(0)
  if (stdin.isFIFO() || stdin.isSocket()) {
    process.stdin.once('end', end).once('error', end).resume()
    process.stdin.unref()
  }
}
