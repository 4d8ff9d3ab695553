-- The later of two revocations of a user holds. KEYS: users, version; ARGV: 1 user, 2 until, 3 bell
local before = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or -1)
if before >= tonumber(ARGV[2]) then return tostring(before) end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('INCR', KEYS[2])
redis.call('SPUBLISH', ARGV[3], cjson.encode({ ARGV[1], tonumber(ARGV[2]) }))
return ARGV[2]
