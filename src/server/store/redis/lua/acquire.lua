-- Takes the lease of a session by the server's own clock, raising the fence.
-- KEYS: head; ARGV: 1 owner, 2 milliseconds
local head = redis.call('HMGET', KEYS[1], 'epoch', 'owner', 'until')
if not head[1] then return false end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
if head[2] and head[2] ~= ARGV[1] and tonumber(head[3]) > now then return false end
redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'until', string.format('%.0f', now + tonumber(ARGV[2])))
return redis.call('HINCRBY', KEYS[1], 'fence', 1)
