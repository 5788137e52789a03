-- One request, repeated, and the result as one line of JSON. Arguments: method, body, how many bytes
-- each answer has to have (or nothing), how many milliseconds a connection pauses after an answer (or
-- nothing), then headers as name and value by turns. Without a function `request`, wrk builds the
-- bytes once.
local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  wrk.method = args[1]
  if args[2] ~= "" then wrk.body = args[2] end
  for i = 5, #args, 2 do wrk.headers[args[i]] = args[i + 1] end
  wrong = 0
  local length = tonumber(args[3])
  if length then
    -- Only then: with this function, wrk keeps each answer.
    function response(status, headers, body)
      if status == 200 and #body ~= length then wrong = wrong + 1 end
    end
  end
  local pause = tonumber(args[4])
  if pause then
    function delay() return pause end
  end
end

function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  for _, thread in ipairs(threads) do failed = failed + thread:get("wrong") end
  print(string.format(
    'RESULT {"requests": %d, "seconds": %.6f, "failed": %d, "p50_ms": %.6f, "p99_ms": %.6f, "max_ms": %.6f}',
    summary.requests, summary.duration / 1e6, failed,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3))
end
