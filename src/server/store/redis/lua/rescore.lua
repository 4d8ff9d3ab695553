-- Changes an entry of an index, or removes it, where it is still as it was seen.
-- KEYS: index; ARGV: 1 session, 2 the score that was seen, 3 the new one or ''
local score = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not score or tonumber(score) ~= tonumber(ARGV[2]) then return 0 end
if ARGV[3] == '' then return redis.call('ZREM', KEYS[1], ARGV[1]) end
redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
return 1
