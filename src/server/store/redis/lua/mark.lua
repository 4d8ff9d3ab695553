-- Puts a session into an index whose score is when that was. KEYS: index; ARGV: session
local time = redis.call('TIME')
return redis.call('ZADD', KEYS[1], tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000), ARGV[1])
