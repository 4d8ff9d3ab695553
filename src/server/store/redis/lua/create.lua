-- Makes a session with its first events. Again by the same write, it says what it was then.
-- KEYS: head, log, deltas, answers, once, voided, owed, words
-- ARGV: 1 write, 2 once field, 3 once value, 4 words that are said, 5 count of the head's fields, those with their
--   values, then the events as in append
local made = redis.call('HMGET', KEYS[1], 'made', 'madeSeq', 'madeControlSeq')
if made[1] == ARGV[1] then return { 'created', made[2], made[3] } end
if ARGV[2] ~= '' then
  local seen = redis.call('HGET', KEYS[5], ARGV[2])
  if made[1] and seen then return { 'seen', seen } end
  if redis.call('EXISTS', KEYS[6]) == 1 then return { 'void' } end
end
if made[1] then return { 'exists' } end

-- What is left of a session whose head is gone is nobody's.
redis.call('UNLINK', KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[8])
local last, control, logCount, deltaCount = 0, 0, 0, 0
local from = 6 + 2 * tonumber(ARGV[5])
for at = from, #ARGV, 2 do
  last = last + 1
  if ARGV[at] == '' then
    redis.call('XADD', KEYS[2], last .. '-0', 'e', ARGV[at + 1])
    logCount = logCount + 1
    control = last
  else
    redis.call('XADD', KEYS[3], last .. '-0', ARGV[at], ARGV[at + 1])
    redis.call('HINCRBY', KEYS[4], ARGV[at], 1)
    deltaCount = deltaCount + 1
  end
end
local fields = {
  'made', ARGV[1], 'madeSeq', last, 'madeControlSeq', control, 'fence', 0,
  'lastSeq', last, 'controlSeq', control, 'logCount', logCount, 'deltaCount', deltaCount, 'wordsSeq', control,
}
for word in string.gmatch(ARGV[4], '[^ ]+') do redis.call('ZADD', KEYS[8], 0, word) end
for at = 6, from - 1 do fields[#fields + 1] = ARGV[at] end
redis.call('HSET', KEYS[1], unpack(fields))
if ARGV[2] ~= '' then
  redis.call('HSET', KEYS[5], ARGV[2], (last > 0 and 1 or 0) .. ' ' .. ARGV[3])
end
return { 'created', tostring(last), tostring(control) }
