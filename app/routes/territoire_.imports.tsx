import type { LinksFunction } from '@remix-run/node';
import { Outlet } from '@remix-run/react';
import css from '#app/styles/imports.css?url';
import moderation from '#app/styles/moderation.css?url';

export const links: LinksFunction = () => [
  { rel: 'stylesheet', href: moderation },
  { rel: 'stylesheet', href: css },
];

/** Imports in the browser. Each page guards itself. */
export default function Imports() {
  return <Outlet />;
}
