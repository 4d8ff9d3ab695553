-- KEYS: head. Returns state, last activity, and how long the lease lasts, in milliseconds.
local head = redis.call('HMGET', KEYS[1], 'state', 'lastActivity', 'until')
if not head[1] then return false end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
return { head[1], head[2], math.max(0, tonumber(head[3] or 0) - now) }
