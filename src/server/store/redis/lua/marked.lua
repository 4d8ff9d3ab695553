-- What is in such an index: the time now, then sessions and scores. KEYS: index
local time = redis.call('TIME')
local result = redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
table.insert(result, 1, tostring(tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)))
return result
