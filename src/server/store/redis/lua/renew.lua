-- KEYS: head; ARGV: 1 owner, 2 fence, 3 milliseconds, or 0 to let go of it
local head = redis.call('HMGET', KEYS[1], 'owner', 'fence', 'until')
if head[1] ~= ARGV[1] or head[2] ~= ARGV[2] then return 0 end
if ARGV[3] == '0' then
  redis.call('HDEL', KEYS[1], 'owner', 'until')
  return 1
end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
if tonumber(head[3]) <= now then return 0 end
redis.call('HSET', KEYS[1], 'until', string.format('%.0f', now + tonumber(ARGV[3])))
return 1
