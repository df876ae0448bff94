import { expect, onTestFinished, test } from 'vitest';
import { startProvider, writesDialogs } from '../llm/provider.ts';
import { newPackage } from '../words/anki-deck.ts';
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
    await expect
      .poll(() => server.output())
      .toMatch(
        /"message":"The store cannot be used[^"]* what is wrong\.","stack":.*"cause":\{[^}]*"message":"database or disk is full"/,
      );

    await free();
    await expect.poll(ready).toBe(200);
    expect(await ensure(server, 'after', 9)).toMatchObject({ outcome: 'SATISFIED', unusedTotal: 9 });
    expect(provider.calls).toHaveLength(min + 9);
    expect(await server.end('SIGTERM')).toBe(0);
  },
);

test.runIf(canMount).each([0, 65_536])(
  'on a temporary folder with %i bytes left, a package is refused until there is room',
  async (left) => {
    const { server, fill, free } = await startOnSmallDisk({});
    await createCourse(server, 'course', 1);
    const deck = await newPackage({
      types: { Basic: ['Front', 'Back'] },
      // With 64 KiB left, the package has room and its collection has not.
      notes: Array.from({ length: 200 }, () => ({ type: 'Basic', fields: ['casa', 'a house '.repeat(50)] })),
    });
    const send = async () => {
      const response = await fetch(new URL('/import/anki?profile=course&text=Front', server.url), {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream' },
        body: new Uint8Array(deck),
      });
      return { status: response.status, body: await response.json() };
    };
    await fill(left);
    expect(await send()).toMatchObject({
      status: 503,
      body: { errors: [{ extensions: { code: 'STORE_UNAVAILABLE', retryable: true } }] },
    });
    await expect.poll(() => server.output()).toContain('a package cannot be kept in the temporary folder');
    expect(server.output()).toContain('ENOSPC');
    await free();
    expect(await send()).toMatchObject({ status: 200 });
    expect(await server.end('SIGTERM')).toBe(0);
  },
);
