import type { LinksFunction } from '@remix-run/node';
import { Outlet } from '@remix-run/react';
import moderationCss from '#app/styles/moderation.css?url';
import css from '#app/styles/territoire.css?url';

export const links: LinksFunction = () => [
  { rel: 'stylesheet', href: moderationCss },
  { rel: 'stylesheet', href: css },
];

/** The desk of who animates a territory. Each page guards itself. */
export default function Territoire() {
  return <Outlet />;
}
