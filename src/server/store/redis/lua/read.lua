-- Events after a number, in order, from both streams: as many as fit.
-- KEYS: head, log, deltas
-- ARGV: 1 after, 2 limit, 3 most characters
-- Returns the epoch, where the log stands, whether something of it is missing, then id, kind and value of each event.
local head = redis.call('HMGET', KEYS[1], 'epoch', 'lastSeq', 'logCount', 'deltaCount')
if not head[1] then return {} end
local limit, most = tonumber(ARGV[2]), tonumber(ARGV[3])
local result = { head[1], head[2], '' }
if redis.call('XLEN', KEYS[2]) ~= tonumber(head[3]) or redis.call('XLEN', KEYS[3]) ~= tonumber(head[4]) then
  result[3] = 'damaged'
  return result
end
if tonumber(ARGV[1]) >= tonumber(head[2]) then return result end

local function stream(key)
  local page, at, from, size = {}, 1, ARGV[1] .. '-0', math.min(limit, 16)
  local ended = false
  return {
    peek = function()
      if at > #page and not ended then
        page, at = redis.call('XRANGE', key, '(' .. from, '+', 'COUNT', size), 1
        ended = #page < size
        size = math.min(limit, size * 4, 256)
        if #page > 0 then from = page[#page][1] end
      end
      return page[at]
    end,
    take = function() at = at + 1 end,
  }
end
local function seq(entry) return tonumber(string.match(entry[1], '^%d+')) end

local log, deltas = stream(KEYS[2]), stream(KEYS[3])
local taken, chars = 0, 0
while taken < limit do
  local event, delta = log.peek(), deltas.peek()
  local from = log
  if delta and (not event or seq(delta) < seq(event)) then event, from = delta, deltas end
  if not event then break end
  chars = chars + tonumber(string.match(event[2][2], '^%d+'))
  if taken > 0 and chars > most then break end
  from.take()
  taken = taken + 1
  result[#result + 1] = event[1]
  result[#result + 1] = from == deltas and event[2][1] or ''
  result[#result + 1] = event[2][2]
end
return result
