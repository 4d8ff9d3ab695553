-- Replaces a string where it is still what was seen. KEYS: it; ARGV: 1 seen, 2 new or '', 3 seconds
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[2] == '' then return redis.call('DEL', KEYS[1]) end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return 1
