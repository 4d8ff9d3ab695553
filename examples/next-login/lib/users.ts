/** Who may sign in. An app of yours has a database of them, with a salted hash of each password. */

export interface User {
  /** The `sub` of the agent's tokens: whose sessions are whose goes by it. */
  id: string
  name: string
}

const users: readonly (User & { password: string })[] = [
  { id: 'ada', name: 'Ada', password: 'engine' },
  { id: 'grace', name: 'Grace', password: 'compiler' },
]

/** Null where name and password do not go together. */
export function findUser(name: string, password: string): User | null {
  return users.find((user) => user.name === name && user.password === password) ?? null
}
