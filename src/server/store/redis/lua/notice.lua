-- Begins a notice once, and forgets a few old ones. KEYS: by id, by age
-- ARGV: 1 id, 2 value, 3 its time in ms, 4 forget before, in ms
for _, id in ipairs(redis.call('ZRANGE', KEYS[2], '-inf', '(' .. ARGV[4], 'BYSCORE', 'LIMIT', 0, 10)) do
  redis.call('HDEL', KEYS[1], id)
  redis.call('ZREM', KEYS[2], id)
end
local seen = redis.call('HGET', KEYS[1], ARGV[1])
if seen then return seen end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
return false
