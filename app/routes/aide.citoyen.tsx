import type { MetaFunction } from '@remix-run/node';
import { Link } from '@remix-run/react';
import { ListAndMapFigure } from '#app/components/figures.tsx';
import { pageTitle } from '#app/components/frame.ts';
import { PageHeader } from '#app/components/page-header.tsx';

export const meta: MetaFunction = () => [{ title: pageTitle('Aide : je cherche de l’aide') }];

export default function AideCitoyen() {
  return (
    <>
      <PageHeader title="Je cherche de l’aide" lead="Pour vous, ou pour quelqu’un que vous accompagnez. Sans compte." />
      <h2>Trouver un lieu</h2>
      <ol>
        <li>
          Sur <Link to="/">l’accueil</Link>, écrivez votre commune, votre code postal ou le nom d’un lieu. Les accents
          et les majuscules ne comptent pas.
        </li>
        <li>
          La liste montre d’abord les lieux les plus proches. Chaque ligne dit si l’aide est là en ce moment, et sinon
          quand elle y sera. « Horaires du lieu » veut dire que nous savons seulement quand la porte est ouverte :
          appelez avant de venir.
        </li>
        <li>
          Un carré sur la carte, au lieu d’un rond : le passage d’un bus ou d’un conseiller, ce jour-là, à cet endroit.
        </li>
        <li>
          Les lieux que l’on ne peut pas joindre viennent à la fin : ils n’ont donné ni horaires ni contact, ou ne
          reçoivent personne et n’ont pas donné de contact. Chacun indique le plus proche que l’on peut joindre.
        </li>
        <li>
          Trop de réponses ? Choisissez un type d’aide, « Gratuit », ou un label, puis relancez la recherche. Rien
          trouvé ? Enlevez des choix un par un.
        </li>
      </ol>
      <ListAndMapFigure />
      <p>
        La carte n’est pas obligatoire : la liste dit la même chose, et fonctionne sur un vieux téléphone ou avec une
        connexion lente.
      </p>
      <h2>Lire une fiche</h2>
      <ul>
        <li>En haut : l’adresse, le téléphone, et si le lieu est ouvert.</li>
        <li>Ensuite : ce que l’on y fait, les horaires de la semaine, si c’est gratuit, comment venir.</li>
        <li>
          « Habilitée Aidants Connect » veut dire qu’un professionnel peut faire certaines démarches avec vous ou pour
          vous, avec votre accord écrit.
        </li>
        <li>
          Des horaires qui disent « sur rendez-vous », ou un lieu sans horaires : téléphonez avant de vous déplacer.
        </li>
      </ul>
      <h2>Prendre un rendez-vous</h2>
      <ol>
        <li>Sur la fiche, s’il y a des créneaux libres, choisissez-en un.</li>
        <li>Donnez votre nom et une adresse de courriel. Rien d’autre n’est obligatoire.</li>
        <li>Vous recevez un courriel de confirmation. Gardez-le : il contient votre lien personnel.</li>
      </ol>
      <p>Pas de créneau en ligne, ou pas de courriel ? Téléphonez au lieu : le numéro est sur la fiche.</p>
      <h2>Annuler un rendez-vous</h2>
      <p>
        Ouvrez le lien reçu par courriel, puis choisissez d’annuler. Le créneau redevient libre pour quelqu’un d’autre.
        Vous avez perdu le courriel ? Téléphonez au lieu.
      </p>
      <h2>Une information est fausse</h2>
      <p>
        Prévenez le lieu : il peut corriger sa fiche tout de suite. S’il ne répond pas,{' '}
        <Link to="/aide#contact">dites-le-nous</Link>.
      </p>
    </>
  );
}
