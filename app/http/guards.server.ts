import { redirect } from '@remix-run/node';
import { isReviewer, type Roles } from '#app/domain/permissions.ts';
import { findRoles } from '#db/utilisateurs.ts';
import type { Context } from './context.ts';
import type { Identity } from './session.server.ts';

/** The signed-in person, or a redirect to the sign-in page that leads back here. */
export function requireIdentity(context: Context, request: Request): Identity {
  if (context.identity) return context.identity;
  const { pathname, search } = new URL(request.url);
  throw redirect(`/connexion?${new URLSearchParams({ vers: pathname + search })}`);
}

/** The signed-in person with their roles. */
export async function requireRoles(context: Context, request: Request): Promise<{ identity: Identity; roles: Roles }> {
  const identity = requireIdentity(context, request);
  return { identity, roles: await findRoles(context.db, identity.utilisateurId) };
}

/** The roles of a moderator or an animateur, or a 404: the moderators' desk does not exist for the others. */
export async function requireReviewer(context: Context, request: Request): Promise<Roles> {
  const { roles } = await requireRoles(context, request);
  if (!isReviewer(roles)) throw notFound();
  return roles;
}

/** What one may not see and what does not exist answer alike. */
export function notFound(): Response {
  return new Response('Cette page n’existe pas, ou vous n’y avez pas accès.', { status: 404 });
}

/** Where to go after signing in: a path of this site, never an address that someone slipped in. */
export function safePath(value: string | null | undefined, fallback: string): string {
  if (!value || value.length > 2_000) return fallback;
  if (!/^\/(?!\/)/.test(value) || /[\\\p{Cc}]/u.test(value)) return fallback;
  return value;
}
