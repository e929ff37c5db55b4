import { SectionNav } from './layout.tsx';

/** The desk of who animates a territory. */
export function TerritoireNav({ current }: { current: 'accueil' | 'lieux' | null }) {
  return (
    <SectionNav
      title="Mon territoire"
      links={[
        { label: 'Vue d’ensemble', to: '/territoire', current: current === 'accueil' },
        { label: 'Lieux', to: '/territoire/lieux', current: current === 'lieux' },
        { label: 'Modifications à relire', to: '/moderation' },
        { label: 'Signalements', to: '/moderation/signalements' },
      ]}
    />
  );
}
