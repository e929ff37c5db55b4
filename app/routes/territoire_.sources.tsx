import type { LinksFunction } from '@remix-run/node';
import { Outlet } from '@remix-run/react';
import css from '#app/styles/imports.css?url';
import moderation from '#app/styles/moderation.css?url';

export const links: LinksFunction = () => [
  { rel: 'stylesheet', href: moderation },
  { rel: 'stylesheet', href: css },
];

/** Files that are read again by themselves. Each page guards itself. */
export default function Sources() {
  return <Outlet />;
}
