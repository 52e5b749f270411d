// Ranges of the parameters, tuned until the frontal face cascade finds the faces.
#include "tests/faces/face_parameters.h"

#include <algorithm>
#include <cmath>

#include "tests/faces/seeded_numbers.h"

namespace fusionhub::faces {
namespace {

Colour Between(const Colour& a, const Colour& b, double t) {
  return {a.r + (b.r - a.r) * t, a.g + (b.g - a.g) * t, a.b + (b.b - a.b) * t};
}

void DrawHeadAndEyes(uint64_t seed, Identity& id) {
  SeededNumbers n(seed, "head and eyes");
  id.jaw_width = n.Uniform(0.66, 0.90);
  id.chin_y = n.Uniform(1.12, 1.36);
  id.cheek_fullness = n.Uniform(-0.04, 0.06);
  id.forehead_y = n.Uniform(-1.12, -0.98);
  id.ear_size = n.Uniform(0.20, 0.30);
  id.ear_y = n.Uniform(-0.08, 0.10);
  id.eye_distance = n.Uniform(0.40, 0.48);  // from the middle line
  id.eye_y = n.Uniform(-0.16, -0.08);
  id.eye_width = n.Uniform(0.17, 0.23);
  id.eye_height = n.Uniform(0.060, 0.100);
  id.eye_tilt = n.Uniform(-0.12, 0.16);
  id.iris_size = n.Uniform(0.075, 0.092);
  id.socket_depth = n.Uniform(0.24, 0.38);
  id.bag_depth = n.Uniform(0.0, 0.22);
  const Colour irises[] = {{0.30, 0.18, 0.09},
                           {0.42, 0.30, 0.14},
                           {0.32, 0.45, 0.55},
                           {0.36, 0.45, 0.30},
                           {0.16, 0.10, 0.07}};
  id.iris = irises[n.Index(5)];
  id.brow_gap = n.Uniform(0.16, 0.25);
  id.brow_length = n.Uniform(0.25, 0.34);
  id.brow_thickness = n.Uniform(0.025, 0.065);
  id.brow_arch = n.Uniform(0.00, 0.09);
  id.brow_tilt = n.Uniform(-0.16, 0.16);
  id.brow_strength = n.Uniform(0.70, 0.98);
}

void DrawNoseAndMouth(uint64_t seed, Identity& id) {
  SeededNumbers n(seed, "nose and mouth");
  id.nose_length = n.Uniform(0.48, 0.64);
  id.nose_width = n.Uniform(0.19, 0.29);
  id.bridge_width = n.Uniform(0.09, 0.15);
  id.bridge_height = n.Uniform(0.10, 0.22);
  id.nostril_size = n.Uniform(0.035, 0.060);
  id.nose_skew = n.Uniform(-0.03, 0.03);
  id.mouth_y = id.eye_y + id.nose_length + n.Uniform(0.22, 0.32);
  id.mouth_width = n.Uniform(0.29, 0.42);
  id.upper_lip = n.Uniform(0.035, 0.085);
  id.lower_lip = n.Uniform(0.050, 0.110);
  id.cupid_bow = n.Uniform(0.0, 0.035);
  id.lip_redness = n.Uniform(0.10, 0.45);
}

void DrawSkin(uint64_t seed, Identity& id) {
  SeededNumbers n(seed, "skin");
  const double tone = n.Uniform(0, 1);
  id.skin = Between({0.93, 0.76, 0.65}, {0.58, 0.40, 0.30}, tone * tone);
  id.blotchiness = n.Uniform(0.04, 0.11);
  id.pore_depth = n.Uniform(0.02, 0.07);
  id.forehead_lines = n.Chance(0.5) ? n.Uniform(0.04, 0.16) : 0;
  id.nasolabial = n.Uniform(0.02, 0.20);
  id.crows_feet = n.Chance(0.4) ? n.Uniform(0.03, 0.12) : 0;
  id.skin_seed = n.Next();
  const uint64_t freckles = n.Chance(0.35) ? 30 + n.Index(50) : 0;
  const uint64_t moles = 2 + n.Index(7);
  for (uint64_t i = 0; i < freckles + moles; ++i) {
    const bool mole = i < moles;
    // Moles lie below the eyes or on the forehead: between the eyes they would hide the face from
    // the cascade.
    const bool on_forehead = mole && n.Chance(0.3);
    id.spots.push_back(
        {n.Uniform(-0.75, 0.75),
         on_forehead ? n.Uniform(-0.85, -0.48) : n.Uniform(mole ? 0.25 : -0.05, mole ? 1.1 : 0.6),
         mole ? n.Uniform(0.020, 0.045) : n.Uniform(0.012, 0.028),
         mole ? n.Uniform(0.25, 0.55) : n.Uniform(0.10, 0.28)});
  }
  const uint64_t scars = n.Index(3);
  for (uint64_t i = 0; i < scars; ++i) {
    id.spots.push_back({n.Uniform(-0.7, 0.7), n.Uniform(-0.8, 1.0), n.Uniform(0.03, 0.06),
                        -n.Uniform(0.12, 0.25)});
  }
}

void DrawHair(uint64_t seed, Identity& id) {
  SeededNumbers n(seed, "hair");
  const Colour hairs[] = {{0.08, 0.06, 0.05}, {0.20, 0.12, 0.07}, {0.52, 0.50, 0.48},
                          {0.38, 0.24, 0.13}, {0.62, 0.48, 0.28}, {0.40, 0.16, 0.08}};
  // Hair that is brighter than the skin hides the face's outline from the cascade.
  id.hair = hairs[n.Index(id.skin.r < 0.74 ? 2 : 6)];
  id.hair_line_y = n.Uniform(-0.86, -0.62);
  id.hair_volume = n.Uniform(0.04, 0.26);
  id.hair_parting = n.Uniform(-0.5, 0.5);
  id.hair_side = n.Uniform(-0.35, 0.75);
  const bool bearded = n.Chance(0.35);
  id.beard = bearded ? n.Uniform(0.12, 0.50) : 0;
  id.moustache = bearded || n.Chance(0.15) ? n.Uniform(0.10, 0.50) : 0;
  id.hair_seed = n.Next();
}

Colour AnyColour(SeededNumbers& n, double from, double to) {
  return {n.Uniform(from, to), n.Uniform(from, to), n.Uniform(from, to)};
}

}  // namespace

Identity MakeIdentity(uint64_t seed) {
  Identity id{};
  DrawHeadAndEyes(seed, id);
  DrawNoseAndMouth(seed, id);
  DrawSkin(seed, id);
  DrawHair(seed, id);
  return id;
}

Capture MakeCapture(uint64_t seed) {
  SeededNumbers n(seed, "capture");
  Capture c{};
  c.yaw = n.Uniform(-0.14, 0.14);
  c.pitch = n.Uniform(-0.08, 0.08);
  c.roll = n.Uniform(-0.08, 0.08);
  c.width = 320 + static_cast<int>(n.Index(140));
  c.height = c.width + 50 + static_cast<int>(n.Index(70));
  c.head_width = c.width * n.Uniform(0.44, 0.58);
  c.centre_x = c.width * n.Uniform(0.44, 0.56);
  c.centre_y = c.height * n.Uniform(0.42, 0.50);
  c.light_x = n.Uniform(-0.55, 0.55);
  c.light_y = n.Uniform(-0.65, 0.05);
  c.light_z = 1;
  c.ambient = n.Uniform(0.35, 0.60);
  c.light_strength = n.Uniform(0.45, 0.70);
  c.exposure = n.Uniform(0.86, 1.14);
  c.gamma = n.Uniform(0.80, 1.12);
  c.warmth = n.Uniform(-0.07, 0.07);
  c.smile = n.Uniform(-0.25, 0.9);
  c.mouth_open = n.Chance(0.25) ? n.Uniform(0.01, 0.06) : 0;
  c.brow_raise = n.Uniform(-0.02, 0.05);
  c.eye_open = n.Uniform(0.80, 1.20);
  c.gaze = n.Uniform(-0.03, 0.03);
  c.background = AnyColour(n, 0.35, 0.85);
  c.background2 = AnyColour(n, 0.25, 0.85);
  c.shirt = AnyColour(n, 0.08, 0.75);
  c.background_seed = n.Next();
  c.background_texture = n.Uniform(0.0, 0.10);
  c.blur = n.Uniform(0.3, 1.1);
  c.noise = n.Uniform(0.006, 0.026);
  c.noise_seed = n.Next();
  c.jpeg_quality = 62 + static_cast<int>(n.Index(34));
  return c;
}

}  // namespace fusionhub::faces
