-- Appended to `local job = {…}` (load.py). One thread: the counter is the run's own.
wrk.method, wrk.body, wrk.headers = job.method, job.body, job.headers
wrk.path = job.path

if job.varies then
  local i = 0
  request = function()
    i = i + 1
    local marks = {
      ["{new}"] = string.format("%.0f", job.seed + i),
      ["{id}"] = string.format("%.0f", job.first + (job.seed + i * job.step) % job.count),
    }
    local path, body = job.path:gsub("{%l+}", marks), job.body:gsub("{%l+}", marks)
    return wrk.format(job.method, path, nil, body)
  end
end

if job.pause > 0 then
  delay = function() return job.pause end
end

function init()
  if not job.varies then
    local whole = wrk.format(job.method, job.path, nil, job.body)
    request = function() return whole end
  end
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    '{"requests": %d, "seconds": %f, "p50": %f, "p99": %f, "errors": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    e.connect + e.read + e.write + e.status + e.timeout))
end
