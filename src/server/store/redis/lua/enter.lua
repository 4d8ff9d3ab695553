-- How many connections of a user a server has, over all servers at most so many. KEYS: connections
-- ARGV: 1 server, 2 its connections, 3 most, or 0 to say what is so, 4 milliseconds that it counts
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local others = 0
local all = redis.call('HGETALL', KEYS[1])
for at = 1, #all, 2 do
  local count, ends = string.match(all[at + 1], '^(%d+) (%d+)$')
  if tonumber(ends) <= now then
    redis.call('HDEL', KEYS[1], all[at])
  elseif all[at] ~= ARGV[1] then
    others = others + tonumber(count)
  end
end
local own, most = tonumber(ARGV[2]), tonumber(ARGV[3])
if most > 0 and others + own > most then return 0 end
if own == 0 then
  redis.call('HDEL', KEYS[1], ARGV[1])
else
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2] .. ' ' .. string.format('%.0f', now + tonumber(ARGV[4])))
  redis.call('PEXPIRE', KEYS[1], 4 * tonumber(ARGV[4]))
end
return 1
