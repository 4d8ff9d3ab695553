-- History of a session is gone: its log gets another epoch, and whoever ran it has lost it.
-- KEYS: head, log, deltas, answers
-- ARGV: 1 the epoch before, 2 the new one, 3 the highest number that was seen, 4 bell
local epoch = redis.call('HGET', KEYS[1], 'epoch')
if epoch ~= ARGV[1] then return epoch end
local function last(key)
  local entry = redis.call('XREVRANGE', key, '+', '-', 'COUNT', 1)[1]
  return entry and tonumber(string.match(entry[1], '^%d+')) or 0
end
local control, delta = last(KEYS[2]), last(KEYS[3])
local stood = tonumber(redis.call('HGET', KEYS[1], 'lastSeq'))
local logCount, deltaCount = redis.call('XLEN', KEYS[2]), redis.call('XLEN', KEYS[3])
redis.call('HSET', KEYS[1], 'epoch', ARGV[2], 'lastSeq', math.max(stood, control, delta, tonumber(ARGV[3])),
  'controlSeq', control, 'logCount', logCount, 'deltaCount', deltaCount)
redis.call('HINCRBY', KEYS[1], 'fence', 1)
redis.call('HDEL', KEYS[1], 'owner', 'until')
if logCount == 0 then redis.call('HSET', KEYS[1], 'state', 'idle') end
redis.call('UNLINK', KEYS[4])
for _, entry in ipairs(redis.call('XRANGE', KEYS[3], '-', '+')) do
  redis.call('HINCRBY', KEYS[4], entry[2][1], 1)
end
redis.call('SPUBLISH', ARGV[4], 'g')
return ARGV[2]
