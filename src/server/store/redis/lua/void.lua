-- Has a request of this once-key been recorded in the session? If not, it cannot be any more by that claim.
-- KEYS: once, voided; ARGV: once field
local seen = redis.call('HGET', KEYS[1], ARGV[1])
if seen then return seen end
redis.call('SET', KEYS[2], '1', 'EX', 86400)
return false
