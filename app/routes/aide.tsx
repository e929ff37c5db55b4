import type { LinksFunction } from '@remix-run/node';
import { Outlet, useLocation } from '@remix-run/react';
import { SectionNav } from '#app/components/layout.tsx';
import aideCss from '#app/styles/aide.css?url';

export const links: LinksFunction = () => [{ rel: 'stylesheet', href: aideCss }];

/** The frame of the help: a guide for each of those who use the service. */
export default function Aide() {
  const { pathname } = useLocation();
  return (
    <div className="with-section-nav">
      <SectionNav
        title="Sommaire de l’aide"
        links={GUIDES.map((guide) => ({ ...guide, current: guide.to === pathname.replace(/\/$/, '') }))}
      />
      <article className="prose guide">
        <Outlet />
      </article>
    </div>
  );
}

const GUIDES = [
  { to: '/aide', label: 'Vue d’ensemble' },
  { to: '/aide/citoyen', label: 'Je cherche de l’aide' },
  { to: '/aide/responsable', label: 'Je tiens la fiche d’un lieu' },
  { to: '/aide/moderation', label: 'Je relis les modifications' },
  { to: '/aide/territoire', label: 'J’anime un territoire' },
];
