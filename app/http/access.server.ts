import type { ServerBuild } from '@remix-run/node';
import type { matchRoutes } from '@remix-run/react';

/**
 * Who may reach a route at all, before its own guard looks at the thing asked for. A route that is not in this table
 * is reached by nobody: adding a page means saying here whom it is for.
 * `public`: anyone. `connecte`: any signed-in person (others are led to the sign-in page). `moderation`: moderators and
 * animateurs (for others it does not exist).
 */
export type Access = 'public' | 'connecte' | 'moderation';

export const ACCESS: Readonly<Record<string, Access>> = {
  root: 'public',
  'routes/$': 'public',
  'routes/_index': 'public',
  'routes/accessibilite': 'public',
  'routes/aide._index': 'public',
  'routes/aide.citoyen': 'public',
  'routes/aide.moderation': 'public',
  'routes/aide.responsable': 'public',
  'routes/aide.territoire': 'public',
  'routes/api': 'public',
  'routes/carte': 'public',
  'routes/conditions': 'public',
  'routes/connexion._index': 'public',
  'routes/connexion.envoi': 'public',
  'routes/connexion.lien.$jeton': 'public',
  'routes/connexion.reprise': 'public',
  'routes/connexion.requise': 'public',
  'routes/courriels': 'public',
  'routes/courriels[.json]': 'public',
  'routes/deconnexion': 'public',
  'routes/moderation': 'moderation',
  'routes/moderation._index': 'moderation',
  'routes/moderation.animateurs': 'moderation',
  'routes/moderation.cles': 'moderation',
  'routes/moderation.doublons._index': 'moderation',
  'routes/moderation.doublons.$lieuId.$autreId': 'moderation',
  'routes/moderation.lieux.$id': 'moderation',
  'routes/moderation.revisions.$lieuId.$revisionId': 'moderation',
  'routes/moderation.signalements': 'moderation',
  'routes/moderation.taches': 'moderation',
  'routes/moderation.vendredi-saint': 'moderation',
  'routes/donnees': 'public',
  'routes/donnees-personnelles': 'public',
  'routes/statistiques': 'public',
  'routes/mentions-legales': 'public',
  'routes/territoire': 'moderation',
  'routes/territoire._index': 'moderation',
  'routes/territoire.a-appeler': 'moderation',
  'routes/territoire.appels': 'moderation',
  'routes/territoire.invitations': 'moderation',
  'routes/territoire.inviter': 'moderation',
  'routes/invitation.$jeton': 'public',
  'routes/territoire.lieux': 'moderation',
  'routes/territoire_.imports': 'moderation',
  'routes/territoire_.imports._index': 'moderation',
  'routes/territoire_.imports.absents': 'moderation',
  'routes/territoire_.imports.$id': 'moderation',
  'routes/territoire_.imports.$id_.rapport[.]csv': 'moderation',
  'routes/territoire_.sources': 'moderation',
  'routes/territoire_.sources._index': 'moderation',
  'routes/territoire_.sources.nouvelle': 'moderation',
  'routes/territoire_.sources.$id': 'moderation',
  'routes/territoire_.sources.$id_.reglages': 'moderation',
  'routes/signaler': 'public',
  'routes/signalements.$numero': 'public',
  'routes/espace._index': 'connecte',
  'routes/espace.lieux.$id._index': 'connecte',
  'routes/espace.lieux.$id.$section': 'connecte',
  'routes/lieux.$id.($slug)': 'public',
  'routes/espace.lieux.$id.permanences._index': 'connecte',
  'routes/espace.lieux.$id.permanences.$permanence': 'connecte',
  'routes/espace.lieux.$id.rendez-vous.reglages': 'connecte',
  'routes/espace.lieux.$id.rendez-vous._index': 'connecte',
  'routes/rendez-vous.$jeton': 'public',
  'routes/rendez-vous.prendre': 'public',
};

/** The pattern of the route that an address belongs to, and who may reach it; null where no route answers. */
export type RouteFinder = (pathname: string) => { pattern: string; access: Access | null } | null;

/** Asks for Remix only now: React must find NODE_ENV set, and `app/server.ts` sets it after everything is imported. */
export async function createRouteFinder(build: ServerBuild): Promise<RouteFinder> {
  const { matchRoutes } = await import('@remix-run/react');
  const routes = routeObjects(build, undefined);
  return (pathname) => {
    const matches = matchRoutes(routes, withoutDataSuffix(pathname));
    const leaf = matches?.at(-1)?.route;
    if (!leaf?.id) return null;
    const pattern =
      matches
        ?.map((m) => m.route.path ?? '')
        .filter(Boolean)
        .join('/') ?? '';
    return { pattern: `/${pattern}`, access: ACCESS[leaf.id] ?? null };
  };
}

type RouteObject = Parameters<typeof matchRoutes>[0][number];

function routeObjects(build: ServerBuild, parentId: string | undefined): RouteObject[] {
  return Object.values(build.routes)
    .filter((route) => route !== undefined && route.parentId === parentId)
    .map((route) =>
      route?.index
        ? { id: route.id, path: route.path, index: true }
        : { id: route?.id, path: route?.path, children: routeObjects(build, route?.id) },
    );
}

/** Remix asks for a page's data at the page's address with `.data` behind it. */
function withoutDataSuffix(pathname: string): string {
  if (pathname === '/_root.data') return '/';
  return pathname.endsWith('.data') ? pathname.slice(0, -'.data'.length) : pathname;
}
