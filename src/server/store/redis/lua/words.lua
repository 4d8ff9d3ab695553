-- Adds the words of a part of a session's log that was read, unless somebody else did meanwhile.
-- KEYS: head, words; ARGV: 1 number before that part, 2 number that it ends with, 3 words
local head = redis.call('HMGET', KEYS[1], 'controlSeq', 'wordsSeq')
if not head[1] then return 0 end
local control, seq = tonumber(head[1]), tonumber(head[2] or 0)
if seq > control then
  redis.call('UNLINK', KEYS[2])
  seq = 0
end
if seq ~= tonumber(ARGV[1]) then return 0 end
if redis.call('ZCARD', KEYS[2]) < 50000 then
  for word in string.gmatch(ARGV[3], '[^ ]+') do redis.call('ZADD', KEYS[2], 0, word) end
end
redis.call('HSET', KEYS[1], 'wordsSeq', math.min(tonumber(ARGV[2]), control))
return 1
