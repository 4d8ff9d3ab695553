import { describeStore } from '../store-contract.ts'
import { openSqliteUnderTest } from './sqlite-under-test.ts'

describeStore('the SQLite store', { open: openSqliteUnderTest })

describeStore('the SQLite store, its delta journal always full', {
  open: () => openSqliteUnderTest({ journalLimits: { deltas: 3, chars: 40 } }),
})
