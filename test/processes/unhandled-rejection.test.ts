import { expect, onTestFinished, test } from 'vitest';
import { type Server, startServer } from '../llm/server.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { createCourse, ensure } from './course-on-server.ts';

/** A server with a planted defect, which takes effect at SIGUSR2. */
async function serverWith(defect: string): Promise<Server> {
  const planted = `process.on("SIGUSR2", () => { ${defect}; console.log("the defect takes effect"); })`;
  const server = await startServer({
    DATA_DIR: await tempFolder(),
    NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(planted)}`,
  });
  onTestFinished(async () => {
    await server.end('SIGKILL');
  });
  await createCourse(server, 'course', 3);
  process.kill(server.pid, 'SIGUSR2');
  await until(() => server.output().includes('the defect takes effect'));
  return server;
}

test('an error that nobody has handled is logged whole, and requests are still answered', async () => {
  const server = await serverWith('Promise.reject(new Error("planted"))');
  expect(await ensure(server, 'course', 2)).toMatchObject({ outcome: 'SATISFIED', unusedTotal: 2 });
  expect(await server.end('SIGTERM')).toBe(0);
  expect(server.output()).toMatch(
    /"level":50,.*"message":"planted","stack":"Error: planted.*"msg":"an error that nobody has handled"/,
  );
});

test('a server that cannot stop as it should ends at once with code 1 and says why', async () => {
  const server = await serverWith('setInterval = () => { throw new Error("planted"); }');
  expect(await server.end('SIGTERM')).toBe(1);
  expect(server.output()).toContain('Error: planted');
});
