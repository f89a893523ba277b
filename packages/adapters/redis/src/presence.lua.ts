import { script } from './commands.ts';

/**
 * KEYS[1]: the processes and until when each holds what it holds, in milliseconds; the names of the other keys begin with it.
 * A process has two more: what it holds (fields `d` and a device: serial, when it was opened in microseconds, account; `a`
 * and an account: how many of its devices; `.`: it is known), and which of its connections gave way. They end with it, by
 * themselves. All are in one hash slot, so that a turn is one step.
 */
const common = `
local processes = KEYS[1]
local function held(process) return processes .. ':holds:' .. process end
local function gone(process) return processes .. ':gone:' .. process end
local time = redis.call('TIME')
local clock = time[1] * 1000000 + time[2]
local now = math.floor(clock / 1000)
local function valuesOf(key, fields)
  local values = {}
  for first = 1, #fields, 1000 do
    local last = math.min(first + 999, #fields)
    for index, value in ipairs(redis.call('HMGET', key, unpack(fields, first, last))) do values[first + index - 1] = value end
  end
  return values
end
local function text(number) return string.format('%.0f', number) end
`;

/** ARGV: process, lease and grace in milliseconds, what opened and what ended as JSON lists. */
export const holdScript = script(`${common}
local holder, lease, grace = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local opened, ended = cjson.decode(ARGV[4]), cjson.decode(ARGV[5])

local function parse(connection)
  if not connection then return nil end
  local serial, at, account = string.match(connection, '^(%d+) (%d+) (.*)$')
  return { serial = tonumber(serial), at = tonumber(at), account = account }
end
local function drop(process, device, connection)
  redis.call('HDEL', held(process), 'd' .. device)
  if redis.call('HINCRBY', held(process), 'a' .. connection.account, -1) <= 0 then
    redis.call('HDEL', held(process), 'a' .. connection.account)
  end
end
local function gaveWay(process, device, serial)
  local known = tonumber(redis.call('HGET', gone(process), device) or 0)
  if serial > known then redis.call('HSET', gone(process), device, text(serial)) end
end

redis.call('ZREMRANGEBYSCORE', processes, '-inf', text(now - grace))
local known = redis.call('ZSCORE', processes, holder) and redis.call('HEXISTS', held(holder), '.') == 1
if not known then
  redis.call('UNLINK', held(holder), gone(holder))
  redis.call('HSET', held(holder), '.', '')
end
redis.call('ZADD', processes, text(now + lease), holder)

for _, one in ipairs(ended) do
  local mine = parse(redis.call('HGET', held(holder), 'd' .. one.device))
  if mine and mine.serial <= one.serial then drop(holder, one.device, mine) end
  local lost = redis.call('HGET', gone(holder), one.device)
  if lost and tonumber(lost) <= one.serial then redis.call('HDEL', gone(holder), one.device) end
end

local replaced = {}
if #opened > 0 then
  local fields = {}
  for index, one in ipairs(opened) do fields[index] = 'd' .. one.device end
  local rivals = {}
  for _, process in ipairs(redis.call('ZRANGE', processes, 0, -1)) do
    if process ~= holder then
      for index, connection in ipairs(valuesOf(held(process), fields)) do
        if connection then rivals[index] = process end
      end
    end
  end
  for index, one in ipairs(opened) do
    local at = clock - one.ago
    local mine = parse(redis.call('HGET', held(holder), 'd' .. one.device))
    local process = rivals[index]
    local rival = process and parse(redis.call('HGET', held(process), 'd' .. one.device))
    if rival and at <= rival.at then
      gaveWay(holder, one.device, one.serial)
    elseif not mine or one.serial >= mine.serial then
      if rival then
        drop(process, one.device, rival)
        gaveWay(process, one.device, rival.serial)
        replaced[process] = true
      end
      if mine then drop(holder, one.device, mine) end
      redis.call('HSET', held(holder), 'd' .. one.device, text(one.serial) .. ' ' .. text(at) .. ' ' .. one.account)
      redis.call('HINCRBY', held(holder), 'a' .. one.account, 1)
    end
  end
end

local others = {}
for process in pairs(replaced) do
  others[#others + 1] = process
  redis.call('PEXPIREAT', gone(process), text(tonumber(redis.call('ZSCORE', processes, process)) + grace))
end
for _, key in ipairs({ processes, held(holder), gone(holder) }) do redis.call('PEXPIRE', key, text(lease + grace)) end
return { known and 0 or 1, redis.call('HGETALL', gone(holder)), others }
`);

/** ARGV: accounts. Answers 1 for each that is online, and 0 for each that is not. */
export const onlineScript = script(`${common}
local fields, answers = {}, {}
for index, account in ipairs(ARGV) do fields[index], answers[index] = 'a' .. account, 0 end
for _, process in ipairs(redis.call('ZRANGEBYSCORE', processes, '(' .. text(now), '+inf')) do
  for index, count in ipairs(valuesOf(held(process), fields)) do
    if count then answers[index] = 1 end
  end
end
return answers
`);
