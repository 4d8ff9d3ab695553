-- Adds to what a user spent on a day, once for each write. KEYS: the day, then days long past
-- ARGV: 1 write, 2 tokens, 3 cost
for at = 2, #KEYS do redis.call('UNLINK', KEYS[at]) end
if redis.call('HSETNX', KEYS[1], 'w:' .. ARGV[1], 1) == 0 then return 0 end
redis.call('HINCRBY', KEYS[1], 'tokens', ARGV[2])
redis.call('HINCRBYFLOAT', KEYS[1], 'costUsd', ARGV[3])
redis.call('EXPIRE', KEYS[1], 259200)
return 1
