// For the benchmark alone: `--import` of this has rigd measure nothing and the edge count nothing.
const entry = process.argv[1] ?? '';
const packages = new URL('../../packages/', import.meta.url);
if (entry.includes('/server/')) {
  const { MetricRecorder } = await import(
    new URL('server/dist/features/metrics/metric-recorder.js', packages)
  );
  MetricRecorder.prototype.start = async () => undefined;
} else if (entry.includes('/edge/')) {
  const { TrafficMetrics } = await import(new URL('edge/dist/metrics/traffic-metrics.js', packages));
  TrafficMetrics.prototype.of = () => undefined;
}
