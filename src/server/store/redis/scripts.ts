/**
 * The Lua functions, which Redis knows by the hash of their text: sent whole where it does not have them (after
 * a restart, a failover or a flush). Used all over this folder.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Script {
  lua: string
  sha: string
}

function script(name: string): Script {
  const lua = readFileSync(join(import.meta.dirname, 'lua', `${name}.lua`), 'utf8')
  return { lua, sha: createHash('sha1').update(lua).digest('hex') }
}

export const scripts = {
  acquire: script('acquire'),
  append: script('append'),
  create: script('create'),
  delete: script('delete'),
  enter: script('enter'),
  list: script('list'),
  mark: script('mark'),
  marked: script('marked'),
  mend: script('mend'),
  notice: script('notice'),
  peek: script('peek'),
  read: script('read'),
  renew: script('renew'),
  rescore: script('rescore'),
  revoke: script('revoke'),
  seek: script('seek'),
  spend: script('spend'),
  swap: script('swap'),
  void: script('void'),
  words: script('words'),
} as const
