import { SectionNav } from './layout.tsx';

/** The lists of the moderators' desk. */
export function RevisionNav({ current }: { current: 'modifications' | 'signalements' | 'doublons' | null }) {
  return (
    <SectionNav
      title="Modération"
      links={[
        { label: 'Modifications à relire', to: '/moderation', current: current === 'modifications' },
        { label: 'Signalements', to: '/moderation/signalements', current: current === 'signalements' },
        { label: 'Doublons', to: '/moderation/doublons', current: current === 'doublons' },
      ]}
    />
  );
}
