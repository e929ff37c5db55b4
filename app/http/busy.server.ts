import type { ActionFunction, LoaderFunction, ServerBuild } from '@remix-run/node';
import { isDatabaseUnavailable } from '#db/connection.ts';

/** What people are told while the database is busy or out of reach. */
export const BUSY = 'Le service est très occupé en ce moment. Attendez une minute, puis recommencez.';

/** Seconds after which to come back. */
export const BUSY_SECONDS = 30;

/** The same pages, that answer 503 in words where the database is busy or out of reach, instead of an error of ours. */
export function withBusyAnswers(build: ServerBuild): ServerBuild {
  const routes: ServerBuild['routes'] = {};
  for (const [id, route] of Object.entries(build.routes)) {
    if (!route) continue;
    const { loader, action, ...others } = route.module;
    const guarded = { ...(loader && { loader: answering(loader) }), ...(action && { action: answering(action) }) };
    routes[id] = { ...route, module: { ...others, ...guarded } };
  }
  return { ...build, routes };
}

function answering<F extends LoaderFunction | ActionFunction>(read: F) {
  return async (args: Parameters<F>[0]) => {
    try {
      return await read(args);
    } catch (error) {
      if (!isDatabaseUnavailable(error)) throw error;
      args.context.log.warn({ id: args.context.requestId, err: error }, 'occupe');
      throw new Response(BUSY, { status: 503, headers: { 'Content-Type': 'text/plain; charset=utf-8' } });
    }
  };
}
