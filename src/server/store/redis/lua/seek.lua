-- Whether each of some words begins a word that was said in a session.
-- KEYS: head, words; ARGV: each word, and what is greater than all that begin with it
-- Returns 0 or 1; where the words are not those of the whole log: up to which number they are.
local head = redis.call('HMGET', KEYS[1], 'controlSeq', 'wordsSeq')
if not head[1] then return 0 end
local control, words = tonumber(head[1]), tonumber(head[2] or 0)
if words > control then return { '0' } end
if words < control then return { tostring(words) } end
for at = 1, #ARGV, 2 do
  local found = redis.call('ZRANGEBYLEX', KEYS[2], '[' .. ARGV[at], '(' .. ARGV[at + 1], 'LIMIT', 0, 1)
  if #found == 0 then return 0 end
end
return 1
