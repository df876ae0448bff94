/** The path under which recordings are served. The name of a recording follows it. */
export const AUDIO_PATH = '/audio/';

/** @param baseUrl the URL of the server, without a slash at its end */
export function audioUrl(baseUrl: string, name: string): string {
  return `${baseUrl}${AUDIO_PATH}${name}`;
}
