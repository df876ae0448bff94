/** Where recordings are served; followed by the recording's name. */
export const AUDIO_PATH = '/audio/';

/** @param baseUrl what the server's paths are appended to, without a slash at its end */
export function audioUrl(baseUrl: string, name: string): string {
  return `${baseUrl}${AUDIO_PATH}${name}`;
}
