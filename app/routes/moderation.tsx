import type { LinksFunction } from '@remix-run/node';
import { Outlet } from '@remix-run/react';
import css from '#app/styles/moderation.css?url';

export const links: LinksFunction = () => [{ rel: 'stylesheet', href: css }];

/** The moderators' desk. Each page guards itself: what one may see depends on the lieu. */
export default function Moderation() {
  return <Outlet />;
}
