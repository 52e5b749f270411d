// A synthetic head as functions over the face plane: relief, skin, features and hair. No image
// library.
#ifndef FUSIONHUB_TESTS_FACES_FACE_SURFACE_H_
#define FUSIONHUB_TESTS_FACES_FACE_SURFACE_H_

#include "tests/faces/face_parameters.h"
#include "tests/faces/value_noise.h"

namespace fusionhub::faces {

// Points are in units of half the head's width: x right, y down, origin between the ears.
class FaceSurface {
 public:
  FaceSurface(const Identity& identity, const Capture& capture);

  // How far (x, y) lies inside the head's outline; negative outside. About 1 unit long.
  double Inside(double x, double y) const;
  // Towards the camera.
  double Height(double x, double y) const;
  // The colour of skin, eyes, brows and lips, without light.
  Colour Albedo(double x, double y) const;
  // 0..1: how much hair of the head covers the point, and its colour there.
  double HairCover(double x, double y) const;
  Colour HairColour(double x, double y) const;
  // 0..1
  double EarCover(double x, double y) const;
  double NeckCover(double x, double y) const;
  const Colour& skin() const { return id_.skin; }

 private:
  Colour Skin(double x, double y) const;
  void PaintLines(double x, double y, Colour& colour) const;
  void PaintBeard(double x, double y, Colour& colour) const;
  void PaintNose(double x, double y, Colour& colour) const;
  void PaintMouth(double x, double y, Colour& colour) const;
  void PaintBrow(double x, double y, Colour& colour) const;
  void PaintEye(double x, double y, Colour& colour) const;
  double MouthY(double x) const;

  const Identity& id_;
  const Capture& shot_;
  ValueNoise skin_noise_;
  ValueNoise pore_noise_;
  ValueNoise hair_noise_;
};

}  // namespace fusionhub::faces

#endif  // FUSIONHUB_TESTS_FACES_FACE_SURFACE_H_
