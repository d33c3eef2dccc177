"""Words are cut out exactly, upright, with their aspect, and gradients go back through the scissors."""

import numpy as np
import torch

from figgen.ocr.batch import BoxBatch
from figgen.ocr.boxes import TextBox
from figgen.ocr.crops import homography, levels, rectify

TILTED = ((30.0, 12.0), (71.0, 20.0), (66.0, 41.0), (27.0, 29.0))


def pixels(batch: int = 2, channels: int = 3, height: int = 64, width: int = 96) -> torch.Tensor:
    return torch.rand(batch, channels, height, width, generator=torch.Generator().manual_seed(3)) * 2 - 1


def one(*quads: tuple, image: int = 0, images: int = 2) -> BoxBatch:
    boxes = [[] for _ in range(images)]
    boxes[image] = [TextBox(quad, "word") for quad in quads]
    return BoxBatch.collate(boxes)


def upright(left: float, top: float, width: float, height: float) -> tuple:
    return TextBox.from_ltwh(left, top, width, height, "").quad


def solved_homography(width: float, height: float, quad: tuple) -> np.ndarray:
    """The textbook way: eight equations in eight unknowns, from a width x height rectangle to the quad."""
    rows, values = [], []
    for (u, v), (x, y) in zip(((0, 0), (width, 0), (width, height), (0, height)), quad, strict=True):
        rows += [[u, v, 1, 0, 0, 0, -u * x, -v * x], [0, 0, 0, u, v, 1, -u * y, -v * y]]
        values += [x, y]
    return np.append(np.linalg.solve(np.array(rows), np.array(values)), 1).reshape(3, 3)


def bilinear(picture: np.ndarray, x: float, y: float) -> float:
    """One value of (H, W) at continuous (x, y), pixel centres at halves, white outside."""
    x, y, total = x - 0.5, y - 0.5, 0.0
    for column in (int(np.floor(x)), int(np.floor(x)) + 1):
        for row in (int(np.floor(y)), int(np.floor(y)) + 1):
            inside = 0 <= row < picture.shape[0] and 0 <= column < picture.shape[1]
            total += (picture[row, column] if inside else 1.0) * (1 - abs(x - column)) * (1 - abs(y - row))
    return total


def test_integer_box_at_native_size_reproduces_the_pixels():
    picture = pixels()
    crops, widths = rectify(picture, one(upright(7, 5, 20, 12), image=1), height=12, width=32, margin=0)
    assert widths.tolist() == [20]
    torch.testing.assert_close(crops[0, :, :, :20], picture[1, :, 5:17, 7:27], atol=1e-5, rtol=0)


def test_box_that_covers_the_picture_reproduces_the_picture():
    picture = pixels()
    crops, _ = rectify(picture, one(upright(0, 0, 96, 64)), height=64, width=96, margin=0)
    torch.testing.assert_close(crops[0], picture[0], atol=1e-5, rtol=0)


def test_text_that_runs_upwards_is_turned_upright():
    picture = pixels()
    upwards = ((10.0, 50.0), (10.0, 20.0), (22.0, 20.0), (22.0, 50.0))  # its top left is the rectangle's bottom left
    crops, widths = rectify(picture, one(upwards), height=12, width=40, margin=0)
    assert widths.tolist() == [30]
    turned = torch.rot90(picture[0, :, 20:50, 10:22], k=-1, dims=(1, 2))
    torch.testing.assert_close(crops[0, :, :, :30], turned, atol=1e-5, rtol=0)


def test_perspective_quad_equals_a_pixel_by_pixel_warp():
    picture = pixels(channels=1)
    crops, widths = rectify(picture, one(TILTED), height=16, width=64, margin=0)
    matrix, width = solved_homography(int(widths[0]), 16, TILTED), int(widths[0])
    for row in range(16):
        for column in range(width):
            x, y, w = matrix @ (column + 0.5, row + 0.5, 1)
            expected = bilinear(picture[0, 0].numpy(), x / w, y / w)
            assert abs(crops[0, 0, row, column].item() - expected) < 1e-4


def test_homography_sends_the_unit_square_to_the_corners():
    matrix = homography(torch.tensor([TILTED], dtype=torch.float64))[0]
    for corner, place in zip(((0, 0), (1, 0), (1, 1), (0, 1)), TILTED, strict=True):
        x, y, w = matrix @ torch.tensor([*corner, 1], dtype=torch.float64)
        torch.testing.assert_close(torch.stack((x / w, y / w)), torch.tensor(place, dtype=torch.float64))


def test_aspect_is_kept_and_the_rest_is_white():
    crops, widths = rectify(pixels(), one(upright(10, 10, 30, 10), upright(5, 5, 90, 6)), 20, 100, margin=0)
    assert widths.tolist() == [60, 100]  # the second is squeezed
    assert (crops[0, :, :, 60:] == 1).all()
    assert (crops[0, :, :, :60] != 1).any()


def test_margin_widens_the_view_on_every_side():
    picture = pixels()
    crops, widths = rectify(picture, one(upright(20, 20, 40, 10)), height=12, width=64, margin=0.1)
    assert widths.tolist() == [42]
    torch.testing.assert_close(crops[0, :, :, :42], picture[0, :, 19:31, 19:61], atol=1e-5, rtol=0)


def test_what_lies_outside_the_picture_is_white():
    crops, _ = rectify(-torch.ones(1, 1, 20, 20), one(upright(-10, 5, 20, 10), images=1), 10, 20, margin=0)
    torch.testing.assert_close(crops[0, 0, :, :9], torch.ones(10, 9))
    torch.testing.assert_close(crops[0, 0, :, 11:], -torch.ones(10, 9))


def test_every_crop_comes_from_its_own_picture():
    picture = torch.stack([torch.full((3, 20, 30), float(v)) for v in (-0.5, 0.25)])
    boxes = BoxBatch.collate([[TextBox(upright(2, 2, 10, 5), "a")], [TextBox(upright(3, 3, 10, 5), "b")]])
    crops, _ = rectify(picture, boxes, 5, 10, margin=0)
    torch.testing.assert_close(crops[:, 0, 0, 0], torch.tensor([-0.5, 0.25]))


def test_gradient_reaches_the_pixels_and_is_right():
    picture = pixels(1, 1, 10, 14).double().requires_grad_()
    boxes = one(((2.0, 2.0), (9.0, 3.0), (8.5, 7.0), (2.5, 6.0)), images=1)
    assert torch.autograd.gradcheck(lambda p: rectify(p, boxes, 5, 12)[0], (picture,))


def test_a_large_word_is_averaged_not_skipped_through():
    picture = -torch.ones(1, 1, 80, 240)
    picture[..., ::8] = 1  # a white column in eight: the mean is -0.75
    large = one(upright(0, 0, 240, 80), images=1)
    crops, widths = rectify(picture, large, height=10, width=40, margin=0)
    assert widths.tolist() == [30]
    torch.testing.assert_close(crops[0, 0, :, 1:29], torch.full((10, 28), -0.75))


def test_a_word_exactly_twice_as_large_is_the_mean_of_four_pixels_each():
    picture = pixels()
    crops, _ = rectify(picture, one(upright(8, 4, 60, 40)), height=20, width=32, margin=0)
    expected = torch.nn.functional.avg_pool2d(picture[0, :, 4:44, 8:68], 2)
    torch.testing.assert_close(crops[0, :, :, :30], expected, atol=1e-5, rtol=0)


def test_words_of_all_sizes_share_a_batch():
    picture = pixels(height=65, width=97)  # odd sides: the shrunk picture is filled up
    quads = [upright(3, 3, 20, 10), upright(0, 0, 97, 65), upright(5, 5, 40, 20)]
    together, widths = rectify(picture, one(*quads), 8, 24)
    assert levels(one(*quads).quads, widths, 8).tolist() == [0, 3, 1]
    for quad, crop in zip(quads, together, strict=True):
        torch.testing.assert_close(rectify(picture, one(quad), 8, 24)[0][0], crop)


def test_gradient_of_a_large_word_is_right():
    picture = pixels(1, 1, 12, 18).double().requires_grad_()
    boxes = one(upright(0, 0, 18, 12), images=1)
    assert torch.autograd.gradcheck(lambda p: rectify(p, boxes, 3, 6)[0], (picture,))


def test_no_boxes_and_flat_boxes_give_finite_crops():
    empty, widths = rectify(pixels(), one(), 8, 16)
    assert empty.shape == (0, 3, 8, 16) and widths.shape == (0,)
    flat = one(upright(5, 5, 10, 0), upright(5, 5, 0, 0), ((1.0, 1.0), (9.0, 1.0), (1.0, 1.0), (9.0, 1.0)))
    crops, widths = rectify(pixels(), flat, 8, 16)
    assert crops.isfinite().all() and (widths >= 1).all() and (widths <= 16).all()
