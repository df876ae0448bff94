/** Answers whether the process runs. */
export const HEALTH_PATH = '/health';
/** Answers whether requests should be sent to this server. */
export const READY_PATH = '/ready';

/** What orchestrators ask every few seconds, without credentials. They stop a server that answers late. */
export const PROBES: readonly string[] = [HEALTH_PATH, READY_PATH];

/** What a monitor asks every few seconds, with credentials. */
export const METRICS_PATH = '/metrics';
