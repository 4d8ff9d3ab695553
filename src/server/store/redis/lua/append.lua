-- Appends to a session's log, all or nothing: the one place where numbers are given.
-- KEYS: head, log, deltas, answers, once, writes, voided, owed, words
-- ARGV: 1 write number, 2 writer, 3 bell, 4 fence, 5 ifControlSeq, 6 epoch and 7 number that the writer has seen,
--   8 once field, 9 once value, 10 compact, 11 spend, 12 words that are said, 13 count of summary fields, those with
--   their values, then the events: the answer of a delta or '', the value
-- An empty argument is one that is not given.
local head = redis.call('HMGET', KEYS[1], 'epoch', 'lastSeq', 'controlSeq', 'fence', 'logCount', 'deltaCount', 'wordsSeq')
local epoch = head[1]
if not epoch then
  -- Deleted, or all of Redis was flushed, which rings no bell: who follows it hears of it by this one.
  redis.call('SPUBLISH', ARGV[3], 'g')
  return { 'no-session' }
end

-- A command whose reply was lost comes again; an older one than was done may have been given up by its sender.
-- A list that begins with '~' has forgotten its first writes; one without it knows that an older one was not done
-- (the first commands to a Redis without the script are answered NOSCRIPT, and come again after later ones).
local number = tonumber(ARGV[1])
local writes = redis.call('GET', KEYS[6]) or ''
local oldest, newest
for done, first, count in string.gmatch(writes, '(%d+)=(%d+)%+(%d+);') do
  newest = tonumber(done)
  oldest = oldest or newest
  if newest == number then return { 'appended', first, count, epoch } end
end
if newest and number < newest then
  local forgotten = string.sub(writes, 1, 1) == '~' and number < oldest
  return { forgotten and 'unknown' or 'stale' }
end

if ARGV[8] ~= '' then
  local seen = redis.call('HGET', KEYS[5], ARGV[8])
  if seen then return { 'seen', seen } end
  if redis.call('EXISTS', KEYS[7]) == 1 then return { 'void' } end
end

local last, control = tonumber(head[2]), tonumber(head[3])
local logCount, deltaCount = tonumber(head[5]), tonumber(head[6])
if redis.call('XLEN', KEYS[2]) ~= logCount or redis.call('XLEN', KEYS[3]) ~= deltaCount
  or (ARGV[6] == epoch and last < tonumber(ARGV[7])) then
  return { 'damaged', epoch }
end
if ARGV[4] ~= '' and tonumber(ARGV[4]) < tonumber(head[4]) then return { 'fenced' } end
if ARGV[5] ~= '' and tonumber(ARGV[5]) < control then return { 'changed' } end

local first = last + 1
local before = control
local from = 14 + 2 * tonumber(ARGV[13])
for at = from, #ARGV, 2 do
  last = last + 1
  local answer = ARGV[at]
  if answer == '' then
    redis.call('XADD', KEYS[2], last .. '-0', 'e', ARGV[at + 1])
    logCount = logCount + 1
    control = last
  else
    redis.call('XADD', KEYS[3], last .. '-0', answer, ARGV[at + 1])
    redis.call('HINCRBY', KEYS[4], answer, 1)
    deltaCount = deltaCount + 1
  end
end

if ARGV[10] ~= '' then
  local count = tonumber(redis.call('HGET', KEYS[4], ARGV[10]) or 0)
  if count > 0 then
    if count >= deltaCount then
      redis.call('UNLINK', KEYS[3], KEYS[4])
      deltaCount = 0
    else
      for _, entry in ipairs(redis.call('XRANGE', KEYS[3], '-', '+')) do
        if entry[2][1] == ARGV[10] then
          redis.call('XDEL', KEYS[3], entry[1])
          deltaCount = deltaCount - 1
        end
      end
      redis.call('HDEL', KEYS[4], ARGV[10])
    end
  end
end

-- The words are those of the log up to a number; where a version that has none wrote, a search makes up for it.
local words = {}
for word in string.gmatch(ARGV[12], '[^ ]+') do
  words[#words + 1] = 0
  words[#words + 1] = word
end
if #words > 0 and redis.call('ZCARD', KEYS[9]) < 50000 then
  for at = 1, #words, 1000 do
    redis.call('ZADD', KEYS[9], unpack(words, at, math.min(at + 999, #words)))
  end
end

local fields = { 'lastSeq', last, 'controlSeq', control, 'logCount', logCount, 'deltaCount', deltaCount }
if control ~= before and tonumber(head[7] or 0) == before then
  fields[#fields + 1] = 'wordsSeq'
  fields[#fields + 1] = control
end
for at = 14, from - 1 do fields[#fields + 1] = ARGV[at] end
redis.call('HSET', KEYS[1], unpack(fields))
local count = last - first + 1
if ARGV[8] ~= '' then
  redis.call('HSET', KEYS[5], ARGV[8], (count > 0 and first or 0) .. ' ' .. ARGV[9])
end
if ARGV[11] ~= '' then redis.call('HSET', KEYS[8], ARGV[2] .. '.' .. ARGV[1], ARGV[11]) end
writes = writes .. ARGV[1] .. '=' .. first .. '+' .. count .. ';'
if #writes > 1000 then writes = '~' .. string.sub(writes, string.find(writes, ';', 500, true) + 1) end
redis.call('SET', KEYS[6], writes, 'EX', 300)
if count > 0 then redis.call('SPUBLISH', ARGV[3], 'w ' .. ARGV[2] .. ' ' .. last) end
return { 'appended', tostring(first), tostring(count), epoch }
