import { expect, onTestFinished, test } from 'vitest';
import { startProvider, writesDialogs } from '../llm/provider.ts';
import { createCourse, dialogsOf, ensure } from './course-on-server.ts';
import { canMount, startOnSmallDisk } from './small-disk.ts';

/** Bytes left on the disk. The second is enough for a lease and too little for a dialog. */
const LEFT = [0, 24_576];

test.runIf(canMount).each(LEFT)(
  'on a disk with %i bytes left, no call is paid for whose dialog is not kept, and top-ups work again once there is room',
  async (left) => {
    const provider = await startProvider(writesDialogs);
    onTestFinished(() => provider.close());
    const { server, fill, free } = await startOnSmallDisk({
      LLM_BASE_URL: provider.baseUrl,
      LLM_MODEL: 'test-chat',
    });
    const ready = async () => (await fetch(new URL('/ready', server.url))).status;
    await createCourse(server, 'course', 300);
    // A lease that cannot be given back on the full disk expires after a while.
    for (const profileId of ['second', 'third', 'after']) await createCourse(server, profileId, 10);
    expect(await ready()).toBe(200);

    await fill(left);
    // The file still has free pages for a few dialogs.
    let min = 0;
    const refusal = await (async () => {
      for (;;) {
        try {
          await ensure(server, 'course', min + 3);
          min += 3;
        } catch (error) {
          return error;
        }
      }
    })();
    const refused = /An operator has to look at the store.*"extensions":\{"code":"STORE_UNAVAILABLE"\}/u;
    expect(String(refusal)).toMatch(refused);
    for (const profileId of ['second', 'third'])
      await expect(ensure(server, profileId, 3)).rejects.toThrow(refused);
    expect(provider.calls).toHaveLength(min);
    await expect.poll(ready).toBe(503);
    expect((await dialogsOf(server, 'course')).pool).toEqual({ unusedTotal: min, usedTotal: 0 });
    await expect.poll(() => server.output()).toContain('database or disk is full');

    await free();
    await expect.poll(ready).toBe(200);
    expect(await ensure(server, 'after', 9)).toMatchObject({ outcome: 'SATISFIED', unusedTotal: 9 });
    expect(provider.calls).toHaveLength(min + 9);
    expect(await server.end('SIGTERM')).toBe(0);
  },
);
