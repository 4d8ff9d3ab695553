-- Deletes a session with its log and its once-keys. What is owed stays, until it is in the user's day.
-- KEYS: head, log, deltas, answers, once, words
-- ARGV: 1 bell, 2 writer, 3 only if at rest, and untouched since before then (ISO 8601)
-- Returns 0, or the user and the once fields.
local head = redis.call('HMGET', KEYS[1], 'userId', 'state', 'lastActivity')
if not head[1] then return 0 end
if ARGV[3] ~= '' then
  local rests = head[2] == 'idle' or head[2] == 'closed'
  if not rests or not (head[3] < ARGV[3]) then return 0 end
end
local fields = redis.call('HKEYS', KEYS[5])
redis.call('UNLINK', unpack(KEYS))
redis.call('SPUBLISH', ARGV[1], 'x ' .. ARGV[2])
table.insert(fields, 1, head[1])
return fields
