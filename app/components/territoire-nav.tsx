import { SectionNav } from './layout.tsx';

/** The desk of who animates a territory. */
export function TerritoireNav({
  current,
}: {
  current: 'accueil' | 'lieux' | 'a-appeler' | 'appels' | 'invitations' | 'imports' | 'sources' | null;
}) {
  return (
    <SectionNav
      title="Mon territoire"
      links={[
        { label: 'Vue d’ensemble', to: '/territoire', current: current === 'accueil' },
        { label: 'Lieux', to: '/territoire/lieux', current: current === 'lieux' },
        { label: 'À appeler', to: '/territoire/a-appeler', current: current === 'a-appeler' },
        { label: 'Appels passés', to: '/territoire/appels', current: current === 'appels' },
        { label: 'Invitations', to: '/territoire/invitations', current: current === 'invitations' },
        { label: 'Imports', to: '/territoire/imports', current: current === 'imports' },
        { label: 'Fichiers relus', to: '/territoire/sources', current: current === 'sources' },
        { label: 'Modifications à relire', to: '/moderation' },
        { label: 'Signalements', to: '/moderation/signalements' },
        { label: 'Doublons', to: '/moderation/doublons' },
        { label: 'Tâches', to: '/moderation/taches' },
      ]}
    />
  );
}
