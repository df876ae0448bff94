import type { App } from '../../src/http/app.ts';

/** The values of `/metrics` by their series, such as `dialog_pool_claims_total{outcome="hit"}`. */
export type Metrics = Readonly<Record<string, number>>;

/** The values that the app reports. */
export async function metricsOf(app: App): Promise<Metrics> {
  return metricsIn(await (await app.fetch('http://127.0.0.1/metrics')).text());
}

export function metricsIn(text: string): Metrics {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => {
      const end = line.lastIndexOf(' ');
      return [line.slice(0, end), Number(line.slice(end + 1))];
    }),
  );
}

/** The series whose names begin with `prefix`. */
export function startingWith(metrics: Metrics, prefix: string): Metrics {
  return Object.fromEntries(Object.entries(metrics).filter(([series]) => series.startsWith(prefix)));
}
