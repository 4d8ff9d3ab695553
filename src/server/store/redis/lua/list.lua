-- A page of a user's sessions, latest activity first, then by id.
-- KEYS: list; ARGV: 1 score to begin with, 2 the session before, at that score, or '', 3 limit
local function isAfter(a, b)
  for at = 1, math.max(#a, #b) do
    local x, y = string.byte(a, at) or -1, string.byte(b, at) or -1
    if x ~= y then return x > y end
  end
  return false
end
local limit, offset, size = tonumber(ARGV[3]), 0, 200
local result = {}
while true do
  local page = redis.call('ZRANGE', KEYS[1], ARGV[1], '+inf', 'BYSCORE', 'LIMIT', offset, size, 'WITHSCORES')
  for at = 1, #page, 2 do
    local id, score = page[at], page[at + 1]
    local wanted = ARGV[2] == '' or tonumber(score) ~= tonumber(ARGV[1]) or isAfter(id, ARGV[2])
    if wanted then
      result[#result + 1] = id
      result[#result + 1] = score
      if #result >= 2 * limit then return result end
    end
  end
  if #page < 2 * size then return result end
  offset = offset + size
end
