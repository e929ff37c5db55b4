import type { MetaFunction } from '@remix-run/node';
import { Link } from '@remix-run/react';
import { SectionsFigure, SignInFigure } from '#app/components/figures.tsx';
import { pageTitle } from '#app/components/frame.ts';
import { PageHeader } from '#app/components/page-header.tsx';

export const meta: MetaFunction = () => [{ title: pageTitle('Aide : je tiens la fiche d’un lieu') }];

export default function AideResponsable() {
  return (
    <>
      <PageHeader title="Je tiens la fiche d’un lieu" lead="Vous êtes responsable de la fiche : voici l’essentiel." />
      <h2>Se connecter</h2>
      <ol>
        <li>
          Sur la page <Link to="/connexion">Se connecter</Link>, écrivez votre adresse de courriel.
        </li>
        <li>Ouvrez le courriel reçu, puis le lien. Il sert une seule fois, pendant 15 minutes.</li>
        <li>Appuyez sur « Me connecter ». Vous restez connecté 30 jours sur cet appareil.</li>
      </ol>
      <SignInFigure />
      <p>
        Rien reçu ? Regardez dans les courriers indésirables, vérifiez l’adresse, puis demandez un autre lien. Sur un
        ordinateur partagé, pensez à vous déconnecter. Depuis <Link to="/espace">votre espace</Link>, vous pouvez aussi
        déconnecter tous vos appareils.
      </p>
      <h2>Changer la fiche, partie par partie</h2>
      <ol>
        <li>Dans votre espace, ouvrez votre lieu, puis la partie à changer : horaires, coordonnées, services…</li>
        <li>Changez ce qu’il faut. L’aperçu montre la fiche telle que le public la verra.</li>
        <li>Enregistrez. Chaque partie s’enregistre seule : les autres ne bougent pas.</li>
      </ol>
      <SectionsFigure />
      <p>
        Si une réponse ne convient pas, rien n’est perdu : la page revient avec ce que vous aviez écrit, la raison, et
        un exemple. Si un collègue a changé le même champ pendant que vous écriviez, les deux valeurs vous sont
        montrées.
      </p>
      <h2>Ce qui est visible tout de suite, ce qui attend</h2>
      <ul>
        <li>
          <strong>Tout de suite</strong>, dès que votre rattachement au lieu a été accepté : les horaires, le téléphone,
          les services, la présentation, l’accès…
        </li>
        <li>
          <strong>Après relecture</strong> : le nom, l’adresse, la structure, les dispositifs et labels, l’adresse de
          prise de rendez-vous, un nouveau site internet, un numéro surtaxé.
        </li>
      </ul>
      <p>
        Votre espace dit ce qui attend. La décision arrive par courriel. Une modification « à corriger » vous est rendue
        avec la raison : changez la valeur et enregistrez de nouveau.
      </p>
      <h2>Les labels vérifiés</h2>
      <p>
        France services, Aidants Connect et les conseillers numériques publient leurs listes. Quand votre lieu y figure,
        sa fiche dit « vérifié », avec la liste et sa date. Sinon elle dit « déclaré par la structure » : vérifiez que
        le nom et l’adresse de la fiche sont ceux de la liste.
      </p>
      <h2>Les horaires</h2>
      <ol>
        <li>
          Remplissez la semaine habituelle. Les heures s’écrivent comme vous voulez : 9h, 9:30, midi, ou toute la
          journée d’un coup, « 9h-12h / 14h-17h ». « Copier… » reprend un jour sur d’autres.
        </li>
        <li>
          Vos horaires sont déjà écrits quelque part ? Ouvrez « Coller un texte » : la semaine se remplit, et vous la
          vérifiez. Si le texte n’est pas clair, la page demande ce que vous voulez dire. Elle dit aussi ce que le texte
          remplace (l’été, une semaine sur deux…) et ce qu’il laisse (jours fériés, congés) ; un bouton annule le
          collage.
        </li>
        <li>
          Le reste est plié tant qu’il ne sert pas : une semaine sur deux, le premier samedi du mois, l’été, les
          vacances scolaires ; les congés et les journées exceptionnelles ; les jours fériés.
        </li>
        <li>Regardez le calendrier des six prochaines semaines : c’est ce que le public verra. Puis enregistrez.</li>
      </ol>
      <p>
        Ce que vous ne touchez pas reste exactement comme avant, même si la page ne sait pas le montrer jour par jour.
        Si un rendez-vous déjà pris tombe quand c’est fermé, la page vous le dit avant d’enregistrer : changer les
        horaires n’annule pas le rendez-vous.
      </p>
      <h2>Les permanences</h2>
      <p>
        La mairie est ouverte du lundi au vendredi, le conseiller vient le mardi : la partie « Permanences » dit quand
        l’aide est vraiment là. Le public voit alors ces heures-là, avant celles du lieu.
      </p>
      <ol>
        <li>Appuyez sur « Ajouter une permanence » : qui aide, pour quoi, et une précision si besoin.</li>
        <li>
          Ici, ou ailleurs : pour un bus ou un conseiller qui se déplace, donnez le nom de l’endroit et la commune.
          Chaque étape est une permanence.
        </li>
        <li>Donnez ses heures, comme pour les horaires du lieu, puis enregistrez.</li>
      </ol>
      <h2>Les rendez-vous en ligne</h2>
      <p>
        Dans votre lieu, la partie « Rendez-vous » sert à ouvrir des créneaux chaque semaine, à retirer une date, et à
        voir qui a réservé. Deux personnes ne peuvent pas prendre la même place.
      </p>
    </>
  );
}
