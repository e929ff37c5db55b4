import { useRouteLoaderData } from '@remix-run/react';
import { SectionNav } from './layout.tsx';
import type { Visitor } from './site-header.tsx';

/** The lists of the moderators' desk. */
export function RevisionNav({
  current,
}: {
  current: 'modifications' | 'signalements' | 'doublons' | 'taches' | 'animateurs' | 'cles' | 'vendredi-saint' | null;
}) {
  const visitor = useRouteLoaderData<Visitor>('root');
  return (
    <SectionNav
      title="Modération"
      links={[
        { label: 'Modifications à relire', to: '/moderation', current: current === 'modifications' },
        { label: 'Signalements', to: '/moderation/signalements', current: current === 'signalements' },
        { label: 'Doublons', to: '/moderation/doublons', current: current === 'doublons' },
        { label: 'Tâches', to: '/moderation/taches', current: current === 'taches' },
        { label: 'Lieux du territoire', to: '/territoire' },
        { label: 'Imports', to: '/territoire/imports' },
        { label: 'Fichiers relus', to: '/territoire/sources' },
        ...(visitor?.roles
          ? [
              { label: 'Animateurs', to: '/moderation/animateurs', current: current === 'animateurs' },
              { label: 'Clés de l’API', to: '/moderation/cles', current: current === 'cles' },
            ]
          : []),
        ...(visitor?.vendrediSaint
          ? [{ label: 'Vendredi saint', to: '/moderation/vendredi-saint', current: current === 'vendredi-saint' }]
          : []),
      ]}
    />
  );
}
