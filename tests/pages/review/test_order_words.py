"""Every order of the queue has words for its list; what is kept are keys."""

from core.workflow.review import Order
from pages.shared.review.worklist.filters import ORDER_WORDS


def test_every_order_of_the_queue_has_words_of_its_own():
    assert set(ORDER_WORDS) == set(Order)
    assert len(set(ORDER_WORDS.values())) == len(Order)
    assert all(order.value.isidentifier() for order in Order)
